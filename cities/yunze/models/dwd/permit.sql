-- model: dwd.permit
-- owner: GA
-- description: 居住证，未注销的每证一行 | Residence permits that were not cancelled, one row each
-- check: not_null permit_no
-- check: not_null citizen_id
-- grade: citizen_id 4; name 3; permit_no 3; region 2; address 3; issued_on 2; valid_until 2; in_force 2; _row 1
select
    citizen_id(gmsfhm) as citizen_id,
    clean_text(xm) as name,
    clean_text(jzzbh) as permit_no,
    region_now(clean_text(jzqh)) as region,
    clean_text(jzdz) as address,
    parse_date(qfrq) as issued_on,
    parse_date(yxq_z) as valid_until,
    -- The day decides, whatever the state says: nobody sets an expired permit to expired.
    clean_text(zt) = '1' and parse_date(yxq_z) >= run_date() as in_force,
    'GA02:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
from ods.jzz_xx
where clean_text(zt) <> '2' and citizen_id(gmsfhm) is not null
