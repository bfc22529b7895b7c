"""Background work that crosses boxes."""

from procrastinate.contrib.django import app

from tongban.base.jobs.connections import closed_after
from tongban.business.cases import simulations
from tongban.business.cases.models import Simulation
from tongban.commands.simulating import runs


@app.task(name=simulations.JOB)
@closed_after
def compare(simulation_id: int) -> None:
    simulation = Simulation.objects.filter(pk=simulation_id).first()  # it may have been cleared
    if simulation is not None and simulation.status != Simulation.Status.DONE:
        runs.work(simulation, lambda step, done, total: None)
