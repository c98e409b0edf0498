package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.Rate;

import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;

/**
 * Reads rates in configuration properties.
 */
@ConfigurationPropertiesBinding
class StringToRateConverter implements Converter<String, Rate> {

	@Override
	public Rate convert(String source) {
		return Rate.parse(source);
	}

}
