-- model: registers.person
-- owner: SJ
-- description: 人口库：每人一行，黄金属性按来源优先级取值 | Register of persons: one row per subject, golden attributes by priority of source
-- check: not_null subject_id
-- check: unique subject_id
-- check: unique citizen_id
-- grade: subject_id 2; citizen_id 4; name 3; sex 2; ethnic 3; birth_date 3; name_row 1; ga01_row 1
with numbers as (
    select citizen_id from dwd.person_registration
    union
    select citizen_id from dwd.insurance
    union
    select citizen_id from dwd.property_owner
    union
    select citizen_id from dwd.permit
    union
    select citizen_id from dwd.death where citizen_id is not null
    union
    select citizen_id from dwd.certificate
    union
    select citizen_id from dwd.cremation where citizen_id is not null
    union
    select citizen_id from dwd.benefit_account
    union
    select citizen_id from dwd.allowance
    union
    select representative_id as citizen_id from dwd.company where representative_id is not null
    union
    select citizen_id from dwd.health_certificate where citizen_id is not null
),
-- One name each from the property and certificate registers, the earliest row for stability.
owner_names as (
    select citizen_id, name, _row
    from (
        select citizen_id, name, _row, row_number() over (partition by citizen_id order by _row) as nth
        from dwd.property_owner
    ) as owners
    where nth = 1
),
holder_names as (
    select citizen_id, name, _row
    from (
        select citizen_id, name, _row, row_number() over (partition by citizen_id order by _row) as nth
        from dwd.certificate
    ) as holders
    where nth = 1
),
subjects as (
    select
        identity.subject_id,
        numbers.citizen_id,
        registered._row as ga01_row,
        -- A subject that a steward has merged holds two numbers: the registered one speaks.
        row_number() over (
            partition by identity.subject_id
            order by case when registered.citizen_id is null then 1 else 0 end, numbers.citizen_id
        ) as nth
    from numbers
    inner join registers.person_identity as identity on numbers.citizen_id = identity.citizen_id
    left join dwd.person_registration as registered on numbers.citizen_id = registered.citizen_id
)
select
    subjects.subject_id,
    subjects.citizen_id,
    coalesce(
        registered.name, insured.name, permitted.name, owner_names.name, holder_names.name, card.name
    ) as name,
    coalesce(
        registered.sex,
        case when substr(subjects.citizen_id, 17, 1) in ('1', '3', '5', '7', '9') then '1' else '2' end
    ) as sex,
    registered.ethnic,
    -- Known from the number, unless the register contradicts it.
    case
        when registered.citizen_id is not null then registered.birth_date
        else parse_date(substr(subjects.citizen_id, 7, 8))
    end as birth_date,
    case
        when registered.name is not null then registered._row
        when insured.name is not null then insured._row
        when permitted.name is not null then permitted._row
        when owner_names.name is not null then owner_names._row
        when holder_names.name is not null then holder_names._row
        else card._row
    end as name_row,
    subjects.ga01_row
from subjects
left join dwd.person_registration as registered on subjects.citizen_id = registered.citizen_id
left join dwd.insurance as insured on subjects.citizen_id = insured.citizen_id
left join dwd.residence_permit as permitted on subjects.citizen_id = permitted.citizen_id
left join owner_names on subjects.citizen_id = owner_names.citizen_id
left join holder_names on subjects.citizen_id = holder_names.citizen_id
left join dwd.benefit_account as card on subjects.citizen_id = card.citizen_id
where subjects.nth = 1
