-- model: dwd.card_two_in_use
-- owner: RS
-- description: 补换卡后旧卡未注销：一人有两张正常状态的卡 | People with two cards in use: the replaced one was never cancelled
-- check: not_null citizen_id
-- grade: citizen_id 4; cards 3
select citizen_id, count(*) as cards
from dwd.card
where in_use
group by citizen_id
having count(*) > 1
