package io.github.ratelimit.autoconfigure.rules;

import io.github.ratelimit.tier.jdbc.RuleFollower;

import org.springframework.context.SmartLifecycle;

/**
 * Has rules followed from before the application takes requests until it takes none any
 * more, also where it is paused or stopped and goes on later.
 */
final class RuleFollowing implements SmartLifecycle {

	private final RuleFollower follower;

	private volatile boolean running;

	RuleFollowing(RuleFollower follower) {
		this.follower = follower;
	}

	@Override
	public void start() {
		this.follower.start();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.follower.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return 0;
	}

}
