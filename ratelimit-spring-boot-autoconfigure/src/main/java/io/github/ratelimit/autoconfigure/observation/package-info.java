/**
 * Auto-configuration of the meters.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
