mod material;
mod reading;
