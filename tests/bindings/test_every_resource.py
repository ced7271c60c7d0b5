import json
from importlib import import_module

from andamio.bindings import check_terraform_json
from andamio.cdktf import App, TerraformStack

from .conftest import arguments, every_class


def test_every_listed_resource_synthesizes_to_what_its_schema_allows(sample, tmp_path) -> None:
    app = App(outdir=str(tmp_path), skip_validation=True)
    stack = TerraformStack(app, "all")
    made = []
    for module, one in every_class():
        construct = getattr(import_module(module), one.name)
        construct(stack, f"the-{one.name}", **sample(one))
        made.append(one)
    app.synth()

    result = json.loads((tmp_path / "stacks/all/cdk.tf.json").read_text())
    assert check_terraform_json(result) == []
    for one in made:
        if one.kind == "provider":
            assert one.terraform_type in result["provider"]
        else:
            section = result["resource" if one.kind == "resource" else "data"]
            body = section[one.terraform_type][f"the-{one.name}"]
            assert set(body) - {"//"} == {
                attribute.terraform_name for attribute in one.attributes if attribute.name in sample(one)
            }


def test_every_attribute_can_be_read() -> None:
    stack = TerraformStack(App(), "all")
    for module, one in every_class():
        if one.kind == "provider":
            continue
        structs = {struct.name: struct for struct in one.structs}
        made = getattr(import_module(module), one.name)(
            stack, f"the-{one.name}", **arguments(one.attributes, structs, full=False)
        )
        for attribute in one.attributes:
            assert getattr(made, attribute.name) is not None, (one.name, attribute.name)
