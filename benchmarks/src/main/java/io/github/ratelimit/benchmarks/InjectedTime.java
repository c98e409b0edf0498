package io.github.ratelimit.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * Tells the scripts a time of the measurement's own. Their first argument is the time,
 * empty for the server's.
 */
final class InjectedTime {

	private InjectedTime() {
	}

	/**
	 * Put a time into each script call.
	 * @param commands commands that are sent
	 * @param micros the time, microseconds since the epoch
	 */
	@SuppressWarnings("unchecked")
	static RedisClusterAsyncCommands<byte[], byte[]> into(RedisClusterAsyncCommands<byte[], byte[]> commands,
			LongSupplier micros) {
		return (RedisClusterAsyncCommands<byte[], byte[]>) Proxy.newProxyInstance(InjectedTime.class.getClassLoader(),
				new Class<?>[] { RedisClusterAsyncCommands.class }, (proxy, method, arguments) -> {
					if (method.getName().startsWith("eval") && arguments[arguments.length - 1] instanceof byte[][] argv
							&& argv[0].length == 0) {
						argv[0] = Long.toString(micros.getAsLong()).getBytes(StandardCharsets.US_ASCII);
					}
					try {
						return method.invoke(commands, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

}
