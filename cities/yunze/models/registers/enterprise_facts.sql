-- model: registers.enterprise_facts
-- owner: SCJ
-- description: 企业的事实：每个市场主体一行，查不到为空（未知），每个来源附源行 | Facts of a company: one row per subject, null is unknown, with the source row per source
-- check: not_null subject_id
-- check: unique subject_id
-- named: legal_representative_subject legal_representative
-- grade: subject_id 2; uscc 1; company_name 1; company_type 1; company_status 1; company_in_force 1; business_scope 1; scope_includes_catering 1; founded_on 1; company_address 2; company_region 1; industry_code 1; registered_capital 1; legal_representative 3; legal_representative_subject 3; premises_proven 2; premises_area 2; food_handlers 2; food_handlers_valid 2; food_handlers_all_valid 2; barred_from_food 1; barred_until 1; food_licence_number 1; food_licence_until 1; food_licence_in_force 1; name_row 1; scj01_row 1; zr01_row 1; staff_row 1; bar_row 1; licence_row 1
select
    enterprise.subject_id,
    enterprise.uscc,
    enterprise.name as company_name,
    company.type as company_type,
    company.status as company_status,
    company.in_force as company_in_force,
    company.scope as business_scope,
    company.has_catering as scope_includes_catering,
    company.founded_on,
    company.address as company_address,
    company.region as company_region,
    company.industry as industry_code,
    company.capital as registered_capital,
    company.representative as legal_representative,
    representative.subject_id as legal_representative_subject,
    -- Nothing found proves nothing: premises may be leased.
    case when premises.uscc is not null then true end as premises_proven,
    premises.area as premises_area,
    cast(
        case when staff.uscc is not null then staff.handlers when company.uscc is not null then 0 end
        as integer
    ) as food_handlers,
    cast(
        case
            when staff.uscc is not null then staff.handlers_valid
            when company.uscc is not null then 0
        end as integer
    ) as food_handlers_valid,
    staff.handlers_valid = staff.handlers as food_handlers_all_valid,
    -- A row without a usable code that bears the name may be about this company.
    case
        when bar.uscc is not null then true
        when doubt.name is null and enterprise.name is not null then false
    end as barred_from_food,
    bar.until as barred_until,
    licence.licence_no as food_licence_number,
    licence.valid_until as food_licence_until,
    case
        when licence.uscc is null and company.uscc is null then null
        when licence.uscc is null then false
        when not licence.in_force or licence.valid_until < run_date() then false
        -- A licence ends with its company, whatever the list says.
        when licence.valid_until is not null then company.in_force
    end as food_licence_in_force,
    enterprise.name_row,
    company._row as scj01_row,
    premises._row as zr01_row,
    coalesce(staff._row, company._row) as staff_row,
    coalesce(bar._row, enterprise.name_row) as bar_row,
    coalesce(licence._row, company._row) as licence_row
from registers.enterprise as enterprise
left join dwd.company as company on enterprise.uscc = company.uscc
left join registers.person_identity as representative
    on company.representative_id = representative.citizen_id
left join dwd.company_premises as premises on enterprise.uscc = premises.uscc
left join dwd.food_staff as staff on enterprise.uscc = staff.uscc
left join dwd.food_bar as bar on enterprise.uscc = bar.uscc
left join dwd.latest_food_licence as licence on enterprise.uscc = licence.uscc
left join (
    select distinct replace(replace(clean_text(xdr), '(', '（'), ')', '）') as name
    from ods.xyxx_sgs
    where credit_code(xdr_code) is null and citizen_id(xdr_code) is null
) as doubt on enterprise.name = doubt.name
