package io.github.ratelimit.autoconfigure;

/**
 * Bean that an application has while it is the limiter as a service: it decides for
 * others then, which may ask for more than its own tiers.
 */
public final class ServiceMode {

}
