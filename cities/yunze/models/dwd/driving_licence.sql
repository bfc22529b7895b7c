-- model: dwd.driving_licence
-- owner: SJ
-- description: 每人最新的驾驶证 | The latest driving licence of a person
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; name 3; certificate_no 3; valid_until 2; in_force 2; _row 1
with numbered as (
    select
        *,
        row_number() over (
            partition by citizen_id order by issued_on desc nulls last, identifier desc
        ) as nth
    from dwd.certificate
    where certificate_type = '驾驶证'
)
select citizen_id, name, certificate_no, valid_until, in_force, _row
from numbered
where nth = 1
