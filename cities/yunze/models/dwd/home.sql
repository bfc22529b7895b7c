-- model: dwd.home
-- owner: ZR
-- description: 每人在本市的自有住房，取登记最晚的一套 | The home a person owns in the city, the latest registered
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; name 3; address 3; registered_on 2; homes 3; _row 1
with homes as (
    select
        citizen_id,
        name,
        address,
        registered_on,
        _row,
        count(*) over (partition by citizen_id) as homes,
        row_number() over (
            partition by citizen_id order by registered_on desc nulls last, unit_code
        ) as nth
    from dwd.property_owner
    where in_force and use = '10'
)
select citizen_id, name, address, registered_on, homes, _row
from homes
where nth = 1
