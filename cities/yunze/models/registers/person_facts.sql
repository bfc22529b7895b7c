-- model: registers.person_facts
-- owner: SJ
-- description: 人的事实：每人一行，查不到为空（未知），每个来源附源行 | Facts of a person: one row per subject, null is unknown, with the source row per source
-- check: not_null subject_id
-- check: unique subject_id
-- grade: subject_id 2; citizen_id 4; name 3; sex 2; ethnic 3; birth_date 3; age 3; household_no 3; household_region 2; household_address 3; residence_region 2; residence_address 3; phone 3; alive 4; death_date 4; insured_months 3; employed_here 3; employer_name 1; owns_home_here 3; home_address 3; holds_valid_permit 2; permit_valid_until 2; driving_licence_until 2; account_usable 3; bank_account 4; allowance_paid 3; allowance_paid_until 3; allowance_amount 4; allowance_after_death 4; allowance_after_death_from 4; represents_companies 3; name_row 1; ga01_row 1; rs01_row 1; zr01_row 1; ga02_row 1; wj02_row 1; sj04_row 1; mz04_row 1; rs05_row 1; life_row 1; allowance_row 1; represents_row 1
select
    person.subject_id,
    person.citizen_id,
    person.name,
    person.sex,
    person.ethnic,
    person.birth_date,
    case
        when coalesce(life.alive, true)
            then year(run_date()) - year(person.birth_date)
                - case
                    when month(run_date()) * 100 + day(run_date())
                        < month(person.birth_date) * 100 + day(person.birth_date)
                        then 1
                    else 0
                end
    end as age,
    registered.household_no,
    registered.household_region,
    registered.household_address,
    registered.residence_region,
    registered.residence_address,
    registered.phone,
    life.alive,
    case when not life.alive then life.death_date end as death_date,
    insured.insured_months,
    insured.employed_here,
    insured.employer_name,
    -- That no home is found proves nothing: a row of his may lie in quarantine.
    case when home.citizen_id is not null then true end as owns_home_here,
    home.address as home_address,
    permit.in_force as holds_valid_permit,
    permit.valid_until as permit_valid_until,
    case when driving.in_force then driving.valid_until end as driving_licence_until,
    account.usable as account_usable,
    account.account as bank_account,
    case
        when allowance.citizen_id is not null then allowance.paid
        when told.citizen_id is not null then false
    end as allowance_paid,
    allowance.paid_until as allowance_paid_until,
    cast(allowance.amount as integer) as allowance_amount,
    case
        when allowance.citizen_id is not null then cast(allowance.after_death as integer)
        when told.citizen_id is not null and not life.alive then 0
    end as allowance_after_death,
    allowance.after_death_from as allowance_after_death_from,
    represented.companies as represents_companies,
    person.name_row,
    registered._row as ga01_row,
    insured._row as rs01_row,
    home._row as zr01_row,
    permit._row as ga02_row,
    life._death_row as wj02_row,
    driving._row as sj04_row,
    life._cremation_row as mz04_row,
    account._row as rs05_row,
    coalesce(life._death_row, life._cremation_row, life._row) as life_row,
    coalesce(allowance._row, told._row) as allowance_row,
    represented._row as represents_row
from registers.person as person
left join dwd.person_registration as registered on person.citizen_id = registered.citizen_id
left join dwd.life as life on person.citizen_id = life.citizen_id
left join dwd.insurance as insured on person.citizen_id = insured.citizen_id
left join dwd.home as home on person.citizen_id = home.citizen_id
left join dwd.residence_permit as permit on person.citizen_id = permit.citizen_id
left join dwd.driving_licence as driving on person.citizen_id = driving.citizen_id
left join dwd.benefit_account as account on person.citizen_id = account.citizen_id
left join dwd.allowance as allowance on person.citizen_id = allowance.citizen_id
left join dwd.represented as represented on person.citizen_id = represented.citizen_id
-- The list is complete: who is registered and on none of its rows is not paid.
left join (
    select registered.citizen_id, registered._row
    from dwd.person_registration as registered
    left join dwd.allowance_in_doubt as doubt on registered.citizen_id = doubt.citizen_id
    where doubt.citizen_id is null
) as told on person.citizen_id = told.citizen_id
