/**
 * Rules as JSON: what the service reads and writes, and what databases and copies keep.
 */
@NullMarked
package io.github.ratelimit.tier.json;

import org.jspecify.annotations.NullMarked;
