-- model: dwd.permit_two_addresses
-- owner: GA
-- description: 一人有两个有效居住证且地址不同 | People with permits in force for two addresses
-- check: not_null citizen_id
-- grade: citizen_id 4; addresses 2
select citizen_id, count(distinct address) as addresses
from dwd.permit
where in_force
group by citizen_id
having count(distinct address) > 1
