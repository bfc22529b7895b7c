-- model: dwd.health_certificate
-- owner: WJ
-- description: 从业人员健康证明，每证一行；有效期为体检后一年，写成五年的按一年算 | Health certificates, one row each; valid for one year from the examination, whatever is written
-- check: not_null certificate_no
-- check: unique certificate_no
-- check: not_null uscc
-- grade: certificate_no 3; citizen_id 4; name 3; uscc 1; examined_on 3; valid_until 3; _row 1
with written as (
    select
        clean_text(jkzbh) as certificate_no,
        citizen_id(sfzh) as citizen_id,
        clean_text(xm) as name,
        credit_code(dwuscc) as uscc,
        parse_date(tjrq) as examined_on,
        parse_date(yxq) as valid_until,
        'WJ06:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
    from ods.jkz
)
select
    certificate_no,
    citizen_id,
    name,
    uscc,
    examined_on,
    case
        when valid_until - examined_on <= 366 then valid_until
        else examined_on + 365
    end as valid_until,
    _row
from written
where uscc is not null
