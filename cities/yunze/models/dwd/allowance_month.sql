-- model: dwd.allowance_month
-- owner: MZ
-- description: 高龄津贴发放，每笔一行，月份为该月一日；身份证号不可用的保留，citizen_id 为空 | Payments of the allowance of the old, one row each, a month is its first day; those without a usable number stay, with no citizen_id
-- check: not_null payment_no
-- check: unique payment_no
-- grade: payment_no 3; citizen_id 4; name 3; stated_age 3; month 3; amount 4; account 4; paid 3; _row 1
with identified as (
    select sfzh, citizen_id(sfzh) as citizen_id
    from (select distinct sfzh from ods.gl_jt) as numbers
)
select
    clean_text(source.ffbh) as payment_no,
    identified.citizen_id,
    clean_text(source.xm) as name,
    try_cast(clean_text(source.cs_nl) as integer) as stated_age,
    parse_date(replace(source.yf, '-', '') || '01') as month,
    try_cast(replace(clean_text(source.je), '元', '') as decimal(10, 2)) as amount,
    case when regexp_matches(source.kh, '^[0-9]+$') then source.kh end as account,
    clean_text(source.zt) = '1' as paid,
    'MZ03:' || cast(source._load as varchar) || ':' || cast(source._position as varchar) as _row
from ods.gl_jt as source
left join identified on source.sfzh = identified.sfzh
