-- model: dwd.death
-- owner: WJ
-- description: 死亡证明，每证一行；身份证号不可用的保留，citizen_id 为空 | Death certificates, one row each; those without a usable number stay, with no citizen_id
-- check: not_null certificate_no
-- check: unique certificate_no
-- grade: certificate_no 3; citizen_id 4; name 3; sex 2; birth_date 3; death_date 4; reported_on 2; _row 1
select
    clean_text(swzbh) as certificate_no,
    citizen_id(sfzh) as citizen_id,
    clean_text(xm) as name,
    clean_text(xb) as sex,
    parse_date(csrq) as birth_date,
    parse_date(substr(swsj, 1, 10)) as death_date,
    parse_date(bgrq) as reported_on,
    'WJ02:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
from ods.sw_yx
