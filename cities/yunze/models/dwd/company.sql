-- model: dwd.company
-- owner: SCJ
-- description: 市场主体，每个统一社会信用代码一行：状态、行业代码、注册资本（元）归一，外币资本未知 | Companies, one row per credit code: state, industry and capital in yuan in one form; capital in a foreign currency is unknown
-- check: not_null uscc
-- check: unique uscc
-- named: representative_id representative
-- grade: uscc 1; name 1; type 1; status 1; in_force 1; cancelled_on 1; scope 1; has_catering 1; founded_on 1; address 2; region 1; industry 1; capital 1; representative 3; representative_id 4; _row 1
with written as (
    select
        credit_code(uscc) as uscc,
        -- The names of companies are written with full-width brackets.
        replace(replace(clean_text(mc), '(', '（'), ')', '）') as name,
        clean_text(ztlx) as type,
        case
            when clean_text(djzt) in ('1', '存续', '在业', '开业') then '1'
            when clean_text(djzt) in ('2', '注销') then '2'
            when clean_text(djzt) in ('3', '吊销') then '3'
        end as status,
        parse_date(zxrq) as cancelled_on,
        replace(clean_text(cywz), ';', '；') as scope,
        parse_date(clrq) as founded_on,
        clean_text(zs) as address,
        right('0' || clean_text(hydm), 4) as industry,
        clean_text(zczb) as capital,
        try_cast(regexp_extract(clean_text(zczb), '^[0-9]+([.][0-9]+)?') as decimal(14, 2)) as number,
        clean_text(fddbr) as representative,
        citizen_id(fddbr_zjh) as representative_id,
        'SCJ01:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
    from ods.scztdj
)
select
    uscc,
    name,
    type,
    status,
    status = '1' as in_force,
    cancelled_on,
    scope,
    contains(scope, '餐饮服务') as has_catering,
    founded_on,
    address,
    region_now(substr(uscc, 3, 6)) as region,
    case when length(industry) = 4 then industry end as industry,
    cast(
        case
            when regexp_full_match(capital, '[0-9.]+(万|万元|万人民币)?') then number * 10000
            when regexp_full_match(capital, '[0-9.]+(元|人民币|元人民币)') then number
        end as decimal(14, 2)
    ) as capital,
    representative,
    representative_id,
    _row
from written
where uscc is not null
