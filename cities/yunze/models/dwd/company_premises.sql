-- model: dwd.company_premises
-- owner: ZR
-- description: 企业住所处的自有房产：在企业或其法定代表人名下且权属有效 | The unit at a company's registered address that it or its legal representative owns
-- check: not_null uscc
-- check: unique uscc
-- grade: uscc 1; area 3; _row 1
with found as (
    select company.uscc, owned.area, owned._row
    from dwd.company as company
    inner join dwd.company_property as owned
        on company.uscc = owned.uscc and company.address = owned.address
    where owned.in_force
    union all
    select company.uscc, owned.area, owned._row
    from dwd.company as company
    inner join dwd.property_owner as owned
        on company.representative_id = owned.citizen_id and company.address = owned.address
    where owned.in_force
),
numbered as (
    select
        *,
        row_number() over (partition by uscc order by area desc nulls last, _row) as nth
    from found
)
select uscc, area, _row
from numbered
where nth = 1
