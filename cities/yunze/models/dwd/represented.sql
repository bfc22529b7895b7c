-- model: dwd.represented
-- owner: SCJ
-- description: 每人担任法定代表人的存续企业 | The companies in business that a person represents
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; companies 3; _row 1
select
    company.representative_id as citizen_id,
    string_agg(identity.subject_id, '、' order by identity.subject_id) as companies,
    min(company._row) as _row
from dwd.company as company
inner join registers.enterprise_identity as identity on company.uscc = identity.uscc
where company.in_force and company.representative_id is not null
group by company.representative_id
