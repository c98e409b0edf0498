package io.github.ratelimit.sample;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.RateLimitStore;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * An instance of the sample application on a port of its own, in this process.
 */
final class SampleInstance implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private SampleInstance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an instance. No Redis that the environment names is used, unless the
	 * properties name it too. The deadline for Redis is one that a busy machine keeps, so
	 * that memory decides only while Redis is down.
	 */
	static SampleInstance start(String... properties) {
		return new SampleInstance(builder().run(arguments(properties)));
	}

	static SampleInstance startWith(RateLimitStore store, String... properties) {
		return new SampleInstance(builder()
			.initializers(
					(context) -> ((GenericApplicationContext) context).registerBean(RateLimitStore.class, () -> store))
			.run(arguments(properties)));
	}

	private static SpringApplicationBuilder builder() {
		return new SpringApplicationBuilder(SampleApplication.class);
	}

	private static String[] arguments(String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--REDIS_URL=", "--MEMORYSTORE_ENABLED=false",
						"--ratelimit.redis.timeout=5s", "--ratelimit.redis.connect-timeout=30s"));
		for (String property : properties) {
			arguments.removeIf((argument) -> argument.startsWith("--" + property.substring(0, property.indexOf('='))));
			arguments.add("--" + property);
		}
		return arguments.toArray(String[]::new);
	}

	SampleClient client() {
		return SampleClient.to(this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
