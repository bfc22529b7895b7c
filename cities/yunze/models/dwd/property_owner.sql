-- model: dwd.property_owner
-- owner: ZR
-- description: 不动产权利人，共有人拆成多行，每单元每人一行 | Owners of property, joint owners split, one row per unit and owner
-- check: not_null citizen_id
-- check: not_null unit_code
-- grade: citizen_id 4; name 3; unit_code 3; deed_no 3; use 2; address 3; area 3; registered_on 2; in_force 2; encumbrance 3; _row 1
with owners as (
    select
        split_part(qlr, '、', 1) as owner_name,
        split_part(qlr_zjh, '、', 1) as owner_id,
        bdcdyh, bdcqzh, fwyt, zl, mj, djsj, qszt, cxzt, _load, _position
    from ods.bdc_qlr
    union all
    select
        split_part(qlr, '、', 2) as owner_name,
        split_part(qlr_zjh, '、', 2) as owner_id,
        bdcdyh, bdcqzh, fwyt, zl, mj, djsj, qszt, cxzt, _load, _position
    from ods.bdc_qlr
),
written as (
    select
        citizen_id(owner_id) as citizen_id,
        clean_text(owner_name) as name,
        clean_text(bdcdyh) as unit_code,
        clean_text(bdcqzh) as deed_no,
        clean_text(fwyt) as use,
        clean_text(zl) as address,
        try_cast(replace(replace(clean_text(mj), '平方米', ''), '㎡', '') as decimal(10, 2)) as area,
        parse_date(djsj) as registered_on,
        clean_text(qszt) = '1' as in_force,
        clean_text(cxzt) as encumbrance,
        'ZR01:' || cast(_load as varchar) || ':' || cast(_position as varchar) as _row
    from owners
    where owner_id <> ''
)
select
    citizen_id, name, unit_code, deed_no, use, address, area, registered_on, in_force, encumbrance,
    _row
from written
where citizen_id is not null
