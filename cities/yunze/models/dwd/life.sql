-- model: dwd.life
-- owner: GA
-- description: 是否在世：户籍正常且无死亡证明和火化为在世；证明或火化不能对上人的，同名同生日者未知 | Whether a person is alive: registered as normal, no death certificate and no cremation; unknown where one of these without a number bears the same name and birth date
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; alive 4; death_date 4; _row 1; _death_row 1; _cremation_row 1
with deaths as (
    select
        citizen_id,
        death_date,
        _row,
        row_number() over (partition by citizen_id order by death_date, certificate_no) as nth
    from dwd.death
    where citizen_id is not null
),
cremations as (
    select
        citizen_id,
        death_date,
        _row,
        row_number() over (
            partition by citizen_id order by death_date nulls last, cremation_no
        ) as nth
    from dwd.cremation
    where citizen_id is not null
),
gone as (
    select
        coalesce(certified.citizen_id, cremated.citizen_id) as citizen_id,
        certified.death_date as certified_death_date,
        cremated.death_date as cremated_death_date,
        certified._row as _death_row,
        cremated._row as _cremation_row
    from (select citizen_id, death_date, _row from deaths where nth = 1) as certified
    full join (select citizen_id, death_date, _row from cremations where nth = 1) as cremated
        on certified.citizen_id = cremated.citizen_id
),
unidentified as (
    select name, birth_date
    from dwd.death
    where citizen_id is null
    union
    select name, birth_date
    from dwd.cremation
    where citizen_id is null
),
days_of_unidentified as (
    select distinct birth_date
    from unidentified
),
known as (
    select
        coalesce(registered.citizen_id, gone.citizen_id) as citizen_id,
        registered.status,
        registered.death_date as registered_death_date,
        registered.citizen_id is not null as is_registered,
        gone.citizen_id is not null as is_gone,
        gone.certified_death_date,
        gone.cremated_death_date,
        unidentified.birth_date is not null or days.birth_date is not null as perhaps_dead,
        registered._row,
        gone._death_row,
        gone._cremation_row
    from dwd.person_registration as registered
    full join gone on registered.citizen_id = gone.citizen_id
    left join unidentified
        on registered.name = unidentified.name
        and parse_date(substr(registered.citizen_id, 7, 8)) = unidentified.birth_date
    -- A name that cannot be read may be any name.
    left join days_of_unidentified as days
        on registered.name is null
        and parse_date(substr(registered.citizen_id, 7, 8)) = days.birth_date
)
select
    citizen_id,
    case
        when is_gone or status = '3' then false
        when not is_registered or perhaps_dead or registered_death_date is not null then null
        when status = '1' then true
    end as alive,
    coalesce(certified_death_date, registered_death_date, cremated_death_date) as death_date,
    _row,
    _death_row,
    _cremation_row
from known
