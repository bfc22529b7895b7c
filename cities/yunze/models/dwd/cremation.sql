-- model: dwd.cremation
-- owner: MZ
-- description: 遗体火化，每证一行；身份证号不可用的保留，火化早于死亡的死亡日期未知 | Cremations, one row each; those without a usable number stay, and where one precedes the death its date is unknown
-- check: not_null cremation_no
-- check: unique cremation_no
-- grade: cremation_no 3; citizen_id 4; name 3; birth_date 3; death_date 4; cremated_on 4; _row 1
select
    clean_text(hhzh) as cremation_no,
    citizen_id(sz_sfzh) as citizen_id,
    clean_text(sz_xm) as name,
    parse_date(sz_csrq) as birth_date,
    case when parse_date(hhrq) >= parse_date(swrq) then parse_date(swrq) end as death_date,
    parse_date(hhrq) as cremated_on,
    'MZ04:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
from ods.hh_xx
