-- model: dwd.certificate
-- owner: SJ
-- description: 电子证照，每证一行；注销与状态矛盾的，是否有效未知 | Electronic certificates, one row each; where cancellation and state contradict, validity is unknown
-- check: not_null identifier
-- check: unique identifier
-- check: not_null citizen_id
-- grade: identifier 3; citizen_id 4; name 3; certificate_type 1; certificate_no 3; issued_on 2; valid_until 2; in_force 2; _row 1
select
    clean_text(cert_identifier) as identifier,
    citizen_id(holder_code) as citizen_id,
    clean_text(holder) as name,
    clean_text(cert_type_name) as certificate_type,
    clean_text(cert_no) as certificate_no,
    parse_date(issue_date) as issued_on,
    -- Without an end is the last day there is; a blank may be that or an omission.
    case when clean_text(valid_to) = '长期' then date '9999-12-31' else parse_date(valid_to) end
    as valid_until,
    case
        when clean_text(state) = '有效' and clean_text(zxrq) is null then true
        when clean_text(state) <> '有效' then false
    end as in_force,
    'SJ04:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
from ods.dzzz_ml
where citizen_id(holder_code) is not null
