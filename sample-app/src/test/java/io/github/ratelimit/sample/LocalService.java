package io.github.ratelimit.sample;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.testsupport.RedisServers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * The limiter as a service, as {@code deploy/local/up} starts it: Redis, PostgreSQL, two
 * instances and a balancer, each a process of its own. Programs that are not installed
 * come with test dependencies, and without nginx requests are balanced in this process.
 */
final class LocalService implements AutoCloseable {

	static final String API_KEY = "a-key-that-may-check";

	static final String ADMIN_API_KEY = "a-key-that-may-do-everything";

	private static final long MINUTES_TO_WAIT = 5;

	private static final int START_ATTEMPTS = 3;

	private final Path commands = project().resolve("deploy/local");

	private final Path state;

	private final List<Integer> ports;

	private final @Nullable LeastConnectionsBalancer balancer;

	private LocalService(Path state, List<Integer> ports, @Nullable LeastConnectionsBalancer balancer) {
		this.state = state;
		this.ports = ports;
		this.balancer = balancer;
	}

	/**
	 * Start it all, anew where another process takes a port between it being found free
	 * and its use.
	 * @param arguments arguments of both instances
	 */
	static LocalService start(String... arguments) {
		for (int attempt = 1;; attempt++) {
			try {
				return startOn(freePorts(5), arguments);
			}
			catch (IllegalStateException | UncheckedIOException ex) {
				if (attempt == START_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private static LocalService startOn(List<Integer> ports, String... arguments) {
		boolean nginx = InstalledPrograms.has("nginx");
		LocalService started;
		try {
			started = new LocalService(Files.createTempDirectory("limiter-service"), ports,
					(nginx) ? null : LeastConnectionsBalancer.start(ports.get(0), ports.subList(1, 3)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		started.up(arguments, nginx);
		return started;
	}

	private void up(String[] arguments, boolean nginx) {
		try {
			run(environment(arguments, nginx), "up");
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
	}

	private Map<String, String> environment(String[] arguments, boolean nginx) {
		Map<String, String> environment = new HashMap<>();
		environment.put("PORT", port(0));
		environment.put("INSTANCE_PORTS", port(1) + " " + port(2));
		environment.put("REDIS_PORT", port(3));
		environment.put("POSTGRES_PORT", port(4));
		environment.put("REDIS_SERVER", RedisServers.program().toString());
		environment.put("POSTGRES_BIN", InstalledPrograms.postgres().toString());
		environment.put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
		environment.put("JAVA_ARGS", "-XX:TieredStopAtLevel=1 -Xmx256m");
		environment.put("APP_ARGS", String.join(" ", arguments));
		environment.put("SAMPLE_CLASS_PATH", classPath());
		environment.put("API_KEY", API_KEY);
		environment.put("ADMIN_API_KEY", ADMIN_API_KEY);
		if (!nginx) {
			environment.put("NGINX", "none");
		}
		return environment;
	}

	/**
	 * What the application has without its tests, whose logging is not that of a service.
	 */
	private static String classPath() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
			.map((entry) -> Path.of(entry).toAbsolutePath().toString())
			.collect(Collectors.joining(File.pathSeparator));
	}

	SampleClient balanced() {
		return client(0);
	}

	/**
	 * Return a caller of one instance.
	 * @param number 1 or 2
	 */
	SampleClient instance(int number) {
		return client(number);
	}

	/**
	 * Return a caller who does not say who it is.
	 */
	SampleClient nobody() {
		return SampleClient.to(this.ports.get(0));
	}

	private SampleClient client(int index) {
		return SampleClient.to(this.ports.get(index)).with("X-API-Key", API_KEY);
	}

	static SampleClient admin(SampleClient client) {
		return client.with("X-API-Key", ADMIN_API_KEY);
	}

	String redisUri() {
		return "redis://127.0.0.1:" + port(3);
	}

	/**
	 * Start an instance in this process, on the same Redis and PostgreSQL.
	 */
	SampleInstance further(String application, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.profiles.active=service",
				"ratelimit.application=" + application, "REDIS_URL=" + redisUri(),
				"spring.datasource.url=jdbc:postgresql://127.0.0.1:" + port(4) + "/ratelimit",
				"spring.datasource.password=" + setting("DATABASE_PASSWORD"), "ratelimit.service.api-key=" + API_KEY,
				"ratelimit.service.admin-api-key=" + ADMIN_API_KEY));
		all.addAll(List.of(properties));
		return SampleInstance.start(all.toArray(String[]::new));
	}

	void start(String part) {
		run(Map.of(), "part", "start", part);
	}

	void stop(String part) {
		run(Map.of(), "part", "stop", part);
	}

	void freeze(String part) {
		run(Map.of(), "part", "freeze", part);
	}

	void thaw(String part) {
		run(Map.of(), "part", "thaw", part);
	}

	/**
	 * Return what an instance has logged so far.
	 */
	List<String> log(int number) {
		return lines(this.state.resolve("logs/instance" + number + ".log"));
	}

	private String setting(String name) {
		return lines(this.state.resolve("settings")).stream()
			.filter((line) -> line.startsWith(name + "="))
			.map((line) -> line.substring(name.length() + 1))
			.findFirst()
			.orElseThrow();
	}

	private String port(int index) {
		return this.ports.get(index).toString();
	}

	private void run(Map<String, String> environment, String command, String... arguments) {
		Path output = this.state.resolve("output");
		List<String> line = new ArrayList<>(List.of("bash", this.commands.resolve(command).toString()));
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().putAll(environment);
		builder.environment().put("STATE", this.state.toString());
		try {
			Process process = builder.start();
			if (!process.waitFor(MINUTES_TO_WAIT, TimeUnit.MINUTES) || process.exitValue() != 0) {
				process.destroy();
				throw new IllegalStateException(line + ": " + String.join("\n", lines(output)));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path project() {
		return Path.of("").toAbsolutePath().getParent();
	}

	private static List<Integer> freePorts(int number) {
		List<ServerSocket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < number; i++) {
				sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
			}
			List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
			for (ServerSocket socket : sockets) {
				socket.close();
			}
			return ports;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		run(Map.of(), "down");
		if (this.balancer != null) {
			this.balancer.close();
		}
		FileSystemUtils.deleteRecursively(this.state.toFile());
	}

}
