-- model: dwd.insured_month
-- owner: RS
-- description: 养老保险缴费月，每人每月一行，两个社保号合并 | Months of pension insurance, one row per person and month, accounts joined
-- check: not_null citizen_id
-- check: not_null month
-- grade: citizen_id 4; name 3; month 3; paid 3; status 3; employer_code 2; employer_name 1; account 4; payment_base 4; _row 1
with identified as (
    select sfzh, citizen_id(sfzh) as citizen_id
    from (select distinct sfzh from ods.cb_gr) as numbers
),
written as (
    select
        identified.citizen_id,
        source.xm as name,
        replace(source.jfny, '-', '') as yearmonth,
        case
            when source.cbzt in ('1', '正常参保', '正常', '参保缴费') then '1'
            when source.cbzt in ('2', '暂停参保', '暂停') then '2'
            when source.cbzt in ('4', '终止参保', '终止') then '4'
        end as status,
        nullif(source.dwbh, '') as employer_code,
        nullif(source.dwmc, '') as employer_name,
        source.grbh as account,
        try_cast(source.jfjs as decimal(10, 2)) as payment_base,
        'RS01:' || cast(source._load as varchar) || ':' || cast(source._position as varchar) as _row,
        source._load,
        source._position
    from ods.cb_gr as source
    inner join identified on source.sfzh = identified.sfzh
    where source.xzlx = '110' and identified.citizen_id is not null
),
numbered as (
    select
        *,
        row_number() over (
            partition by citizen_id, yearmonth
            order by case when status = '1' then 0 else 1 end, _load desc, _position
        ) as nth
    from written
)
select
    citizen_id,
    name,
    -- Months are counted from year 0, so that neighbours differ by one.
    try_cast(substr(yearmonth, 1, 4) as integer) * 12
    + try_cast(substr(yearmonth, 5, 2) as integer) - 1 as month,
    status = '1' as paid,
    status,
    employer_code,
    employer_name,
    account,
    payment_base,
    _row
from numbered
where nth = 1
