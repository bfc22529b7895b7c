-- model: dwd.published_decision
-- owner: FG
-- description: 公示的企业许可和处罚，每份文书一行；信用代码的大小写和 O、I 已订正 | Published licences and punishments of companies, one row each; credit codes in their one form
-- check: not_null document_no
-- check: unique document_no
-- check: not_null uscc
-- grade: document_no 1; uscc 1; name 1; kind 1; punishment 1; content 1; decided_on 1; valid_until 1; _row 1
select
    clean_text(xzxk_wsh) as document_no,
    credit_code(xdr_code) as uscc,
    replace(replace(clean_text(xdr), '(', '（'), ')', '）') as name,
    clean_text(lb) as kind,
    clean_text(cfzl) as punishment,
    clean_text(cfnr) as content,
    parse_date(jdrq) as decided_on,
    parse_date(yxq) as valid_until,
    'FG02:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
from ods.xyxx_sgs
-- No number of a person begins with 9; of one in 31 the last character would do for a credit code.
where starts_with(credit_code(xdr_code), '9')
