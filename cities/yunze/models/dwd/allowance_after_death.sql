-- model: dwd.allowance_after_death
-- owner: MZ
-- description: 死亡后继续发放高龄津贴的人 | People to whom the allowance was paid for months after their death
-- check: not_null citizen_id
-- grade: citizen_id 4; after_death 4; after_death_from 4; paid_until 3; _row 1
select citizen_id, after_death, after_death_from, paid_until, _row
from dwd.allowance
where after_death > 0
