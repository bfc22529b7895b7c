-- model: dwd.person_registration
-- owner: GA
-- description: 户籍与居住登记，按身份证号归一，每号一行 | Household and residence registration, one row per identity number
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; name 3; sex 2; ethnic 3; birth_date 3; death_date 4; status 3; local 2; household_no 3; household_region 2; household_address 3; residence_region 2; residence_address 3; phone 3; registered_on 2; _row 1
with written as (
    select
        citizen_id(gmsfhm) as citizen_id,
        case
            when not regexp_matches(xm, '[?\x{E000}-\x{F8FF}]')
                then replace(replace(replace(clean_text(xm), ' ', ''), '•', '·'), '.', '·')
        end as name,
        clean_text(xb) as sex,
        clean_text(mz) as ethnic,
        parse_date(csrq) as written_birth_date,
        parse_date(swrq) as death_date,
        clean_text(hjzt) as status,
        clean_text(rklb) = '1' as local,
        clean_text(hh) as household_no,
        region_now(clean_text(hjqh)) as household_region,
        clean_text(hjdz) as household_address,
        region_now(clean_text(jzqh)) as residence_region,
        clean_text(jzdz) as residence_address,
        clean_text(lxdh) as phone,
        parse_date(djrq) as registered_on,
        'GA01:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row,
        _load,
        _position
    from ods.rk_jbxx
),
numbered as (
    select
        *,
        parse_date(substr(citizen_id, 7, 8)) as number_birth_date,
        -- The number of one person may be written in two ways: the newest load, and in it the first row.
        row_number() over (partition by citizen_id order by _load desc, _position) as nth
    from written
    where citizen_id is not null
)
select
    citizen_id,
    name,
    sex,
    ethnic,
    -- A date that contradicts the number is no knowledge.
    case
        when written_birth_date is null or written_birth_date = number_birth_date
            then number_birth_date
    end as birth_date,
    death_date,
    status,
    local,
    household_no,
    household_region,
    household_address,
    residence_region,
    residence_address,
    phone,
    registered_on,
    _row
from numbered
where nth = 1
