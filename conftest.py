"""What holds for all tests: property tests know no deadline, for a busy machine is no fault."""

from hypothesis import HealthCheck, settings

settings.register_profile(
	"sales_opportunity", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("sales_opportunity")
