-- model: dwd.food_staff
-- owner: WJ
-- description: 每个单位的从业人员数和持有效健康证明的人数；有一行身份证号不可用则未知 | Handlers of an employer and those whose certificate is valid; unknown where a row has no usable identity number
-- check: not_null uscc
-- check: unique uscc
-- grade: uscc 1; handlers 2; handlers_valid 2; _row 1
with persons as (
    select
        uscc,
        citizen_id,
        max(valid_until) as valid_until,
        max(_row) as _row
    from dwd.health_certificate
    group by uscc, citizen_id
)
select
    uscc,
    case
        when count(*) = count(citizen_id) then count(citizen_id)
    end as handlers,
    case
        when count(*) = count(citizen_id)
            then sum(case when valid_until >= run_date() then 1 else 0 end)
    end as handlers_valid,
    max(_row) as _row
from persons
group by uscc
