-- model: dwd.residence_permit
-- owner: GA
-- description: 每人最新的居住证 | The latest residence permit of a person
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; name 3; permit_no 3; region 2; address 3; issued_on 2; valid_until 2; in_force 2; _row 1
with numbered as (
    select
        *,
        row_number() over (
            partition by citizen_id order by issued_on desc nulls last, permit_no desc
        ) as nth
    from dwd.permit
)
select citizen_id, name, permit_no, region, address, issued_on, valid_until, in_force, _row
from numbered
where nth = 1
