/**
 * Auto-configuration for rules that are kept in a database.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.rules;

import org.jspecify.annotations.NullMarked;
