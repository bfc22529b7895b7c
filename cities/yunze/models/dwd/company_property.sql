-- model: dwd.company_property
-- owner: ZR
-- description: 企业名下的不动产单元，每单元一行 | Units that a company owns, one row each
-- check: not_null uscc
-- check: not_null unit_code
-- grade: uscc 1; name 1; unit_code 3; use 2; address 3; area 3; in_force 2; _row 1
with written as (
    select
        credit_code(qlr_zjh) as uscc,
        clean_text(qlr) as name,
        clean_text(bdcdyh) as unit_code,
        clean_text(fwyt) as use,
        clean_text(zl) as address,
        try_cast(replace(replace(clean_text(mj), '平方米', ''), '㎡', '') as decimal(10, 2)) as area,
        clean_text(qszt) = '1' as in_force,
        'ZR01:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
    from ods.bdc_qlr
)
select uscc, name, unit_code, use, address, area, in_force, _row
from written
-- No number of a person begins with 9.
where starts_with(uscc, '9')
