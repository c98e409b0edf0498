package io.github.ratelimit.tier;

/**
 * Something that a {@link RuleRepository} keeps and that is no rule: it is left out, and
 * the others hold.
 *
 * @param target for whom it is, as it is written
 * @param reason why it cannot be used
 */
public record SkippedRule(String target, String reason) {

}
