-- model: dwd.allowance_in_doubt
-- owner: MZ
-- description: 是否在发未知的人：名册中身份证号不可用的行与其同名、年龄相近 | People of whom nobody can tell whether they are paid: a row of the list without a usable number bears their name and about their age
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4
with unidentified as (
    select distinct name, year(month) - stated_age as birth_year
    from dwd.allowance_month
    where citizen_id is null
),
registered as (
    select citizen_id, name, try_cast(substr(citizen_id, 7, 4) as integer) as birth_year
    from dwd.person_registration
)
select registered.citizen_id
from registered
inner join unidentified on registered.name = unidentified.name
-- An age is full years, and is written by hand.
where coalesce(abs(registered.birth_year - unidentified.birth_year) <= 2, true)
union
-- A name that cannot be read may be any name.
select registered.citizen_id
from registered
cross join unidentified
where registered.name is null
    and coalesce(abs(registered.birth_year - unidentified.birth_year) <= 2, true)
