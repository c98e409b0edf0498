/**
 * Meters and statistics of decisions; their names are in one documented enum.
 */
@NullMarked
package io.github.ratelimit.observation;

import org.jspecify.annotations.NullMarked;
