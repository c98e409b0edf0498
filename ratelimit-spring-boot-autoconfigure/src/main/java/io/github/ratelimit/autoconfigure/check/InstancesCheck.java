package io.github.ratelimit.autoconfigure.check;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;

/**
 * Looks for platforms that run several instances, where each would count by itself.
 */
final class InstancesCheck implements StartupCheck {

	/**
	 * Platforms that Spring Boot does not know, by a variable that they set.
	 */
	private static final Map<String, String> OTHERS = new LinkedHashMap<>();

	static {
		OTHERS.put("K_SERVICE", "Cloud Run or Knative");
		OTHERS.put("ECS_CONTAINER_METADATA_URI_V4", "Amazon ECS");
		OTHERS.put("ECS_CONTAINER_METADATA_URI", "Amazon ECS");
		OTHERS.put("FLY_ALLOC_ID", "Fly.io");
		OTHERS.put("RENDER_INSTANCE_ID", "Render");
	}

	private final RateLimitStore store;

	private final Environment environment;

	InstancesCheck(RateLimitStore store, Environment environment) {
		this.store = store;
		this.environment = environment;
	}

	@Override
	public void run(Findings findings) {
		String platform = (this.store instanceof InMemoryRateLimitStore) ? platform() : null;
		if (platform != null) {
			findings.report(Check.INSTANCES_COUNT_APART,
					("Limits are counted in the memory of this instance, and the application runs on %s, which starts "
							+ "several where it is told to: each then grants the whole limit.")
						.formatted(platform));
		}
	}

	private @Nullable String platform() {
		for (Map.Entry<String, String> other : OTHERS.entrySet()) {
			if (this.environment.containsProperty(other.getKey())) {
				return "%s (%s is set)".formatted(other.getValue(), other.getKey());
			}
		}
		CloudPlatform platform = CloudPlatform.getActive(this.environment);
		return (platform != null && platform != CloudPlatform.NONE)
				? "a platform that Spring Boot takes for %s".formatted(platform) : null;
	}

}
