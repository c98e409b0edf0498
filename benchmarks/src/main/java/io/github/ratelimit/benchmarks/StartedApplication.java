package io.github.ratelimit.benchmarks;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A web application that says when it is ready, and how much time of processors it took.
 * It runs without the starter too.
 */
@EnableAutoConfiguration
@RestController
public class StartedApplication {

	/**
	 * What the line begins with that says so; milliseconds follow.
	 */
	static final String READY = "ready";

	/**
	 * Start the application.
	 * @param args properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(StartedApplication.class, args);
		new Report().print(READY + ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis());
	}

	@GetMapping({ "/limited", "/free" })
	String answer() {
		return "answer";
	}

}
