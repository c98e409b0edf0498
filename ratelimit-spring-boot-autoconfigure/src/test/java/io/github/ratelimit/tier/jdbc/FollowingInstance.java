package io.github.ratelimit.tier.jdbc;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.json.RuleJson;

/**
 * An instance that follows the rules of a database, with a pool of its own.
 */
final class FollowingInstance implements AutoCloseable {

	/**
	 * What the instance has in its configuration.
	 */
	static final Rule CONFIGURED = rule("configured", "1/s");

	private final HikariDataSource pool = new HikariDataSource();

	private final Rules rules = new Rules(RuleSet.of(List.of(CONFIGURED)), InstantSource.system());

	private final RuleFollower follower;

	private final FollowedRuleRepository repository;

	FollowingInstance(PostgresProcess postgres, RuleExchange exchange, RuleFollowerSettings settings) {
		this(postgres, exchange, settings, RuleDatabase::createTables);
	}

	FollowingInstance(PostgresProcess postgres, RuleExchange exchange, RuleFollowerSettings settings,
			Consumer<DataSource> preparation) {
		this.pool.setJdbcUrl(postgres.url());
		this.pool.setMinimumIdle(0);
		this.pool.setConnectionTimeout(3_000);
		this.pool.setInitializationFailTimeout(-1);
		TimeLimitedDataSource dataSource = new TimeLimitedDataSource(this.pool, settings.timeout());
		RuleJson json = new RuleJson(Algorithm.TOKEN_BUCKET);
		JdbcRuleRepository jdbc = new JdbcRuleRepository(dataSource, json, InstantSource.system());
		this.follower = new RuleFollower(dataSource, jdbc, this.rules, json, exchange, settings,
				() -> preparation.accept(dataSource));
		this.repository = new FollowedRuleRepository(jdbc, this.follower);
	}

	FollowingInstance start() {
		this.follower.start();
		return this;
	}

	void save(Rule rule) {
		this.repository.save(rule, null, "test");
	}

	boolean delete(Rule rule) {
		return this.repository.delete(rule.target(), rule.validFrom(), null, "test");
	}

	List<Rule> rules() {
		return this.rules.current().all();
	}

	RulesStatus status() {
		return this.rules.status();
	}

	HikariDataSource pool() {
		return this.pool;
	}

	RuleFollower follower() {
		return this.follower;
	}

	static Rule rule(String client, String rate) {
		return new Rule(new RuleTarget(client, null, null), List.of(Limit.of(rate)), null, null, 100, null, null,
				Set.of(Limit.DEFAULT_NAME));
	}

	@Override
	public void close() {
		this.follower.close();
		this.pool.close();
	}

}
