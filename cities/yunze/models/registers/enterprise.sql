-- model: registers.enterprise
-- owner: SCJ
-- description: 法人库：每个市场主体一行，黄金属性按来源优先级取值 | Register of companies: one row per subject, golden attributes by priority of source
-- check: not_null subject_id
-- check: unique subject_id
-- check: unique uscc
-- grade: subject_id 2; uscc 1; name 1; name_row 1
with codes as (
    select uscc from dwd.company
    union
    select uscc from dwd.food_licence
    union
    select uscc from dwd.health_certificate
    union
    select uscc from dwd.published_decision
    union
    select uscc from dwd.company_property
),
published as (
    select uscc, name, _row
    from (
        select uscc, name, _row, row_number() over (partition by uscc order by _row) as nth
        from dwd.published_decision
    ) as decisions
    where nth = 1
),
licensed as (
    select uscc, name, _row
    from (
        select uscc, name, _row, row_number() over (partition by uscc order by _row) as nth
        from dwd.food_licence
    ) as licences
    where nth = 1
),
subjects as (
    select
        identity.subject_id,
        codes.uscc,
        -- Of a subject that a steward has merged the registered code speaks.
        row_number() over (
            partition by identity.subject_id
            order by case when registered.uscc is null then 1 else 0 end, codes.uscc
        ) as nth
    from codes
    inner join registers.enterprise_identity as identity on codes.uscc = identity.uscc
    left join dwd.company as registered on codes.uscc = registered.uscc
)
select
    subjects.subject_id,
    subjects.uscc,
    coalesce(registered.name, licensed.name, published.name) as name,
    case
        when registered.name is not null then registered._row
        when licensed.name is not null then licensed._row
        else published._row
    end as name_row
from subjects
left join dwd.company as registered on subjects.uscc = registered.uscc
left join licensed on subjects.uscc = licensed.uscc
left join published on subjects.uscc = published.uscc
where subjects.nth = 1
