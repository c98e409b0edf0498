package io.github.ratelimit.autoconfigure.rules;

import io.github.ratelimit.tier.jdbc.JdbcRuleRepository;
import io.github.ratelimit.tier.jdbc.TimeLimitedDataSource;
import io.github.ratelimit.tier.json.RuleJson;

/**
 * The database that rules are kept in: a bean of a type that nobody else asks for, unlike
 * the data source and the repository in it.
 *
 * @param dataSource the database
 * @param json how rules are written
 * @param repository the rules in it
 */
record RulesDatabase(TimeLimitedDataSource dataSource, RuleJson json, JdbcRuleRepository repository) {

}
