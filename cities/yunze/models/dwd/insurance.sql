-- model: dwd.insurance
-- owner: RS
-- description: 每人参保情况，截至上一个已结月；中间缺月则连续月数未知 | Insurance of a person up to the last closed month; where months are missing the count is unknown
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; name 3; first_month 3; last_month 3; complete 2; insured_months 3; employed_here 3; employer_code 2; employer_name 1; accounts 3; _row 1
with closed as (
    select year(run_date()) * 12 + month(run_date()) - 2 as month
),
months as (
    select
        insured.citizen_id,
        insured.name,
        insured.month,
        insured.paid,
        insured.status,
        insured.employer_code,
        insured.employer_name,
        insured.account,
        insured._row,
        closed.month as closed_month,
        row_number() over (partition by insured.citizen_id order by insured.month desc) as from_last
    from dwd.insured_month as insured
    cross join closed
    where insured.month <= closed.month
),
persons as (
    select
        citizen_id,
        min(closed_month) as closed_month,
        min(month) as first_month,
        max(month) as last_month,
        count(*) as months,
        max(case when not paid then month end) as last_unpaid_month,
        count(distinct account) as accounts
    from months
    group by citizen_id
),
judged as (
    select
        persons.citizen_id,
        last.name,
        persons.first_month,
        persons.last_month,
        persons.closed_month,
        persons.last_unpaid_month,
        persons.accounts,
        last.paid,
        last.employer_code,
        last.employer_name,
        last._row,
        -- The office sends a row for every month until the last closed one or a termination.
        persons.months = persons.last_month - persons.first_month + 1
        and (persons.last_month = persons.closed_month or last.status = '4')
        and last.status is not null as complete
    from persons
    inner join months as last on persons.citizen_id = last.citizen_id and last.from_last = 1
)
select
    citizen_id,
    name,
    first_month,
    last_month,
    complete,
    case
        when not complete then null
        when last_month < closed_month then 0
        else last_month - coalesce(last_unpaid_month, first_month - 1)
    end as insured_months,
    case
        when not complete then null
        when last_month < closed_month or not paid then false
        -- Who pays for himself has no employer here; what he lives on is not known.
        when employer_code is not null then true
    end as employed_here,
    case when complete and last_month = closed_month and paid then employer_code end as employer_code,
    case when complete and last_month = closed_month and paid then employer_name end as employer_name,
    accounts,
    _row
from judged
