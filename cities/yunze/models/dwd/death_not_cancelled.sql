-- model: dwd.death_not_cancelled
-- owner: GA
-- description: 死亡未注销：有死亡证明而户籍仍为正常 | Dead by certificate but still registered as normal
-- check: not_null citizen_id
-- grade: citizen_id 4; death_date 4; _row 1; _death_row 1
select
    registered.citizen_id,
    life.death_date,
    registered._row,
    life._death_row
from dwd.person_registration as registered
inner join dwd.life as life on registered.citizen_id = life.citizen_id
where registered.status = '1' and life._death_row is not null
