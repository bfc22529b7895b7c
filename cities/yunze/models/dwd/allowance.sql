-- model: dwd.allowance
-- owner: MZ
-- description: 每人高龄津贴：名册最近一月是否发放、最后发放月及金额、死亡次月起发放的金额；有一笔看不清则未知 | The allowance of a person: whether paid for the latest month of the list, until when and how much, and what was paid for months after the death; unknown where a payment cannot be read
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; name 3; paid 3; paid_until 3; amount 4; after_death 4; after_death_from 4; _row 1
with latest as (
    select max(month) as month
    from dwd.allowance_month
),
persons as (
    select
        citizen_id,
        min(name) as name,
        min(_row) as _row,
        max(case when month is null or amount is null or paid is null then 1 else 0 end) as unreadable
    from dwd.allowance_month
    where citizen_id is not null
    group by citizen_id
),
monthly as (
    select citizen_id, month, sum(amount) as amount, min(_row) as _row
    from dwd.allowance_month
    where citizen_id is not null and paid
    group by citizen_id, month
),
numbered as (
    select
        *,
        row_number() over (partition by citizen_id order by month desc nulls last) as from_last
    from monthly
),
late as (
    select monthly.citizen_id, sum(monthly.amount) as amount, min(monthly.month) as month
    from monthly
    inner join dwd.life as life on monthly.citizen_id = life.citizen_id
    where not life.alive and monthly.month > life.death_date
    group by monthly.citizen_id
)
select
    persons.citizen_id,
    persons.name,
    case when persons.unreadable = 0 then coalesce(last.month = latest.month, false) end as paid,
    case when persons.unreadable = 0 then last_day(last.month) end as paid_until,
    case when persons.unreadable = 0 then last.amount end as amount,
    case
        when persons.unreadable = 0 and not life.alive and life.death_date is not null
            then coalesce(late.amount, 0)
    end as after_death,
    case when persons.unreadable = 0 then late.month end as after_death_from,
    coalesce(last._row, persons._row) as _row
from persons
cross join latest
left join numbered as last on persons.citizen_id = last.citizen_id and last.from_last = 1
left join late on persons.citizen_id = late.citizen_id
left join dwd.life as life on persons.citizen_id = life.citizen_id
