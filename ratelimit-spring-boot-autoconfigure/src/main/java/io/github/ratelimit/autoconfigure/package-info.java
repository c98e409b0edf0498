/**
 * Auto-configuration: properties, conditions and beans, and nothing else.
 */
@NullMarked
package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.NullMarked;
