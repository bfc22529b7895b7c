"""Holding a folder's parts against each other, before anything changes."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from pydantic import BaseModel, Field, ValidationError

from tongban import validation
from tongban.base.people.models import Post
from tongban.business.cases import operations
from tongban.business.cases.outside_terms import PREFIX, Terms
from tongban.business.items import bundle, package_terms
from tongban.business.offers import terms as offer_terms
from tongban.commands.city.findings import Findings
from tongban.commands.city.folder import Folder
from tongban.commands.simulating import terms as simulating
from tongban.data.exchange import decided, standing
from tongban.data.lake.contract import Contract
from tongban.data.registers.definitions import FactsFile
from tongban.data.standards import compiling
from tongban.data.standards.compiling import Standards
from tongban.data.standards.models import Element
from tongban.engines import sqlmodels
from tongban.engines.processes.model import ServiceTask
from tongban.engines.tables.connectors import open_connector


class CityName(BaseModel):
    zh: str = Field(min_length=1, max_length=64)
    en: str = Field(min_length=1, max_length=64)


class CityTerms(BaseModel):
    """What `load` takes in; other keys of city.toml are for people."""

    code: str = Field(min_length=1, max_length=12)
    name: CityName
    hotline: str = Field(default="", max_length=32)


class CityFile(BaseModel):
    city: CityTerms


def check(folder: Folder, findings: Findings, today: date) -> None:
    _city(folder, findings)
    _regions(folder, findings)
    _code_lists(folder, findings)
    _contracts(folder, findings, today)
    _registers(folder, findings)
    _models(folder, findings)
    _facts(folder, findings)
    _items(folder, findings)
    _packages(folder, findings)
    _outside(folder, findings)
    _grants(folder, findings)
    _offers(folder, findings)
    _accounts(folder, findings)
    _simulation(folder, findings)


def standards_of(folder: Folder) -> Standards:
    return Standards(
        elements={row["code"]: Element(**row) for row in folder.elements},
        codes={name: [row["code"] for row in rows] for name, rows in folder.codelists.items()},
        successors={
            row["code"]: row["successor_code"] for row in folder.regions if row["successor_code"]
        },
    )


def _city(folder: Folder, findings: Findings) -> None:
    try:
        CityFile.model_validate(folder.city)
    except ValidationError as error:
        findings.add("city.toml", *validation.words(error))


def _regions(folder: Folder, findings: Findings) -> None:
    known = {row["code"] for row in folder.regions}
    for row in folder.regions:
        for column, code in (("parent", row["parent_code"]), ("successor", row["successor_code"])):
            _check_region("regions.csv", f"{row['code']} {column}", code, known, findings)
    names: dict[str, str] = {}
    for row in folder.offices:
        _check_region("offices.csv", f"{row['code']} region", row["region_code"], known, findings)
        first = names.setdefault(row["name_zh"], row["code"])
        if first != row["code"]:
            code = row["code"]
            findings.add(
                "offices.csv", f"{code} 与 {first} 同名", f"{code} has the name of {first}"
            )


def _check_region(
    file: str, place: str, code: str, known: Collection[str], findings: Findings
) -> None:
    if code and code not in known:
        zh, en = f"regions.csv 中没有区划 {code}", f"no region {code} in regions.csv"
        findings.add(file, f"{place}：{zh}", f"{place}: {en}")


def _code_lists(folder: Folder, findings: Findings) -> None:
    for row in folder.elements:
        if row["codelist"] and row["codelist"] not in folder.codelists:
            code, file = row["code"], f"standards/codelists/{row['codelist']}.csv"
            findings.add(
                "standards/elements.csv", f"{code}：没有 {file}", f"{code}: there is no {file}"
            )


def _contracts(folder: Folder, findings: Findings, today: date) -> None:
    offices = {row["code"] for row in folder.offices}
    standards = standards_of(folder)
    seen: dict[str, str] = {}
    for file, contract in folder.contracts.items():
        resource = contract.resource
        if resource.owner not in offices:
            findings.add(
                file,
                f"resource.owner：offices.csv 中没有部门 {resource.owner}",
                f"resource.owner: no office {resource.owner} in offices.csv",
            )
        for name in (resource.code, contract.table):
            if name in seen:
                findings.add(
                    file, f"{name} 与 {seen[name]} 重复", f"{name} is taken by {seen[name]}"
                )
            seen[name] = file
        with findings.gather(file):
            compiling.judged(contract, standards, today)
        with findings.gather(file):
            open_connector(contract.kind, _options(contract), folder.path)


def _options(contract: Contract) -> dict[str, object]:
    return {key: value for key, value in contract.connection.items() if key != "kind"}


def _models(folder: Folder, findings: Findings) -> None:
    models = list(folder.models.values())
    with findings.gather("models"):
        sqlmodels.order(models)
    given = _tables(folder)
    for file, model in folder.models.items():
        for table in sorted(model.inputs - given):
            findings.add(
                file,
                f"读取的 {table} 既不是数据源的表，也没有模型产生它",
                f"reads {table}, which no source brings and no model makes",
            )


def _tables(folder: Folder) -> set[str]:
    return (
        {contract.table for contract in folder.contracts.values()}
        | {model.name for model in folder.models.values()}
        | {register.identity for register in folder.registers.values()}
    )


def _registers(folder: Folder, findings: Findings) -> None:
    offices = {row["code"] for row in folder.offices}
    relations = _relations(folder)
    for file, register in folder.registers.items():
        owner = register.register_.owner
        if owner not in offices:
            findings.add(
                file, f"register.owner：没有部门 {owner}", f"register.owner: no office {owner}"
            )
        for found in register.key.found_in:
            columns = relations.get(found.relation)
            if columns is None:
                findings.add(
                    file,
                    f"key.found_in：没有数据表 {found.relation}",
                    f"key.found_in: no relation {found.relation}",
                )
            elif found.column not in columns:
                findings.add(
                    file,
                    f"key.found_in：{found.relation} 没有列 {found.column}",
                    f"key.found_in: {found.relation} has no column {found.column}",
                )


def _facts(folder: Folder, findings: Findings) -> None:
    registers = {register.code for register in folder.registers.values()}
    taken: dict[str, str] = {}
    of_register: dict[str, str] = {}
    for file, facts in folder.facts.items():
        register = facts.register_code
        if register not in registers:
            zh, en = f"register：没有基础库 {register}", f"register: no register {register}"
            findings.add(file, zh, en)
        first = of_register.setdefault(register, file)
        if first != file:
            zh = f"{register} 库的事实已在 {first} 中定义，须写在同一文件"
            en = f"the facts of {register} are in {first}; write them into one file"
            findings.add(file, zh, en)
        for key in (fact.key for fact in facts.facts):
            first = taken.setdefault(key, file)
            if first != file:
                zh, en = f"已在 {first} 中定义", f"defined in {first} already"
                findings.add(file, f"facts.{key}：{zh}", f"facts.{key}: {en}")
        _facts_of(file, facts, folder, findings)


def _facts_of(file: str, facts: FactsFile, folder: Folder, findings: Findings) -> None:
    models = {model.name: model for model in folder.models.values()}
    codes = {contract.resource.code for contract in folder.contracts.values()}
    if facts.relation not in models:
        relation = facts.relation
        findings.add(file, f"relation：没有模型 {relation}", f"relation: no model {relation}")
        return
    columns = models[facts.relation].columns
    for fact in facts.facts:
        for name in (fact.column, fact.row):
            if name not in columns:
                findings.add(
                    file,
                    f"facts.{fact.key}：{facts.relation} 没有列 {name}",
                    f"facts.{fact.key}: {facts.relation} has no column {name}",
                )
        for code in (fact.source, *fact.also_from):
            if code not in codes:
                findings.add(
                    file,
                    f"facts.{fact.key}：没有数据资源 {code}",
                    f"facts.{fact.key}: no resource {code}",
                )


def _items(folder: Folder, findings: Findings) -> None:
    facts = {fact.key: fact.type for file in folder.facts.values() for fact in file.facts}
    offices = {row["code"] for row in folder.offices}
    services = {terms.code: terms for terms in folder.outside}
    offered = operations.offered(services)
    places: dict[str, str] = {}
    for place, one in folder.items.items():
        code = one.guide.item.code
        first = places.setdefault(code, place)
        if first != place:
            zh, en = f"item.code：{code} 与 {first} 重复", f"item.code: {code} is taken by {first}"
            findings.add(f"{place}/item.toml", zh, en)
        if one.guide.item.office not in offices:
            office = one.guide.item.office
            findings.add(f"{place}/item.toml", f"没有部门 {office}", f"no office {office}")
        for problem in bundle.errors(one, facts, offered):
            findings.add(f"{place}/{problem.file}", problem.zh, problem.en)
        for step, zh, en in _given_away(one, services):
            findings.add(f"{place}/{one.guide.process.file} {step}", zh, en)


def _packages(folder: Folder, findings: Findings) -> None:
    items = {one.guide.item.code: one for one in folder.items.values()}
    offices = {row["code"] for row in folder.offices}
    for file, terms in folder.packages.items():
        code, lead = terms.package.code, terms.package.lead
        if file != f"packages/{code}.toml":
            findings.add(file, f"package.code：{code} 与文件名不符", f"package.code: not {code}")
        if lead not in offices:
            findings.add(file, f"没有部门 {lead}", f"no office {lead}")
        for problem in package_terms.problems(terms, items):
            findings.add(file, problem.zh, problem.en)


def _given_away(
    one: bundle.Bundle, services: Mapping[str, Terms]
) -> Iterator[tuple[str, str, str]]:
    """Where a step gives another system something else than was agreed, or does not say what."""
    for node in one.process.nodes.values():
        if not isinstance(node, ServiceTask) or not node.operation.startswith(PREFIX):
            continue
        terms = services.get(node.operation.removeprefix(PREFIX))
        given = {each.target for each in node.inputs}
        if terms is not None and given != terms.inputs.keys():
            agreed = ", ".join(sorted(terms.inputs)) or "—"
            yield (
                node.id,
                f"tb:input 应恰好给出 outside.toml 中 {terms.code} 约定的 {agreed}",
                f"tb:input must give exactly what outside.toml agrees for {terms.code}: {agreed}",
            )


def _outside(folder: Folder, findings: Findings) -> None:
    offices = {row["code"] for row in folder.offices}
    counted = Counter(terms.code for terms in folder.outside)
    for code in (code for code, count in counted.items() if count > 1):
        findings.add("outside.toml", f"{code} 出现了多次", f"{code} is there more than once")
    for terms in folder.outside:
        if terms.office not in offices:
            code, office = terms.code, terms.office
            findings.add(
                "outside.toml", f"{code}：没有部门 {office}", f"{code}: no office {office}"
            )


def _relations(folder: Folder) -> dict[str, tuple[str, ...]]:
    """What can be read, with its columns."""
    relations = {model.name: model.columns for model in folder.models.values()}
    for contract in folder.contracts.values():
        relations[contract.table] = tuple(column.name for column in contract.columns)
    return relations | _decided(folder)


def _decided(folder: Folder) -> dict[str, tuple[str, ...]]:
    """The tables that hold an item's decisions about a register, once somebody asks for them."""
    return {
        decided.table_of(one.guide.item.code, name): decided.columns_of(one.decision.find(name))
        for one in folder.items.values()
        for name in one.decision.decisions
    }


def _grants(folder: Folder, findings: Findings) -> None:
    offices = {row["code"] for row in folder.offices}
    relations = _relations(folder)
    counted = Counter(grant.code for grant in folder.grants)
    for code in (code for code, count in counted.items() if count > 1):
        findings.add("grants.toml", f"{code} 出现了多次", f"{code} is there more than once")
    for grant in folder.grants:
        with findings.gather("grants.toml"):
            standing.check(grant, offices, relations)


def _offers(folder: Folder, findings: Findings) -> None:
    models = {one.guide.item.code: one.decision for one in folder.items.values()}
    facts = {fact.key for file in folder.facts.values() for fact in file.facts}
    registers = {register.code for register in folder.registers.values()}
    places: dict[str, str] = {}
    for file, terms in folder.offers.items():
        first = places.setdefault(terms.code, file)
        if first != file:
            zh, en = (
                f"item：{terms.code} 与 {first} 重复",
                f"item: {terms.code} is taken by {first}",
            )
            findings.add(file, zh, en)
        granted = {
            f"{grant.use} {grant.relation}": grant.columns
            for grant in folder.grants
            if grant.grantee.post == f"item:{terms.code}"
        }
        for zh, en in offer_terms.problems(terms, models, facts, registers, granted):
            findings.add(file, zh, en)


def _accounts(folder: Folder, findings: Findings) -> None:
    offices: Collection[str] = {row["code"] for row in folder.offices}
    for account in folder.accounts:
        posts = account.get("posts", [])
        for post in posts if isinstance(posts, list) else [posts]:
            given = post if isinstance(post, dict) else {}
            if given.get("office") not in offices or given.get("role") not in Post.Role.values:
                findings.add(
                    "accounts.toml",
                    f"{account.get('username')}：没有这个岗位 {post}",
                    f"{account.get('username')}: no such post {post}",
                )


def _simulation(folder: Folder, findings: Findings) -> None:
    """What a simulation assumes; a city without the file is whole."""
    if not (folder.path / simulating.FILE).exists():
        return
    with findings.gather(simulating.FILE):
        told = simulating.read(folder.path)
        simulating.check_city(
            told,
            offices={row["code"] for row in folder.offices},
            items={one.guide.item.code for one in folder.items.values()},
            uses={grant.use for grant in folder.grants},
        )
